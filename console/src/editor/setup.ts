// CodeMirror as the console has it: JSON, colours of the page, nothing that keeps the Tab key.
import {defaultKeymap, history, historyKeymap} from '@codemirror/commands';
import {json} from '@codemirror/lang-json';
import {
  bracketMatching,
  HighlightStyle,
  indentUnit,
  syntaxHighlighting,
} from '@codemirror/language';
import {lintGutter} from '@codemirror/lint';
import {highlightSelectionMatches, search, searchKeymap} from '@codemirror/search';
import {EditorState, type Extension} from '@codemirror/state';
import {
  drawSelection,
  EditorView,
  highlightActiveLine,
  keymap,
  lineNumbers,
} from '@codemirror/view';
import {tags} from '@lezer/highlight';

const colours = HighlightStyle.define([
  {tag: tags.propertyName, color: 'var(--accent)'},
  {tag: tags.string, color: 'var(--good)'},
  {tag: tags.number, color: 'var(--warn)'},
  {tag: [tags.bool, tags.null], color: 'var(--bad)'},
]);

const selected =
  '.cm-selectionBackground, &.cm-focused > .cm-scroller > .cm-selectionLayer ' +
  '.cm-selectionBackground';

const theme = EditorView.theme({
  '&': {color: 'var(--ink)', backgroundColor: 'var(--paper)', fontSize: '.8125rem', height: '100%'},
  '&.cm-focused': {outline: 'none'},
  '.cm-scroller': {fontFamily: 'var(--mono)', lineHeight: '1.6'},
  '.cm-content': {caretColor: 'var(--ink)', padding: '.5rem 0'},
  '.cm-cursor': {borderLeftColor: 'var(--ink)'},
  '.cm-gutters': {backgroundColor: 'var(--paper-2)', color: 'var(--ink-2)', border: 'none'},
  '.cm-activeLine': {backgroundColor: 'transparent'},
  '&.cm-focused .cm-activeLine': {
    backgroundColor: 'color-mix(in srgb, var(--accent) 6%, transparent)',
  },
  [selected]: {
    backgroundColor: 'color-mix(in srgb, var(--accent) 25%, transparent)',
  },
  '.cm-selectionMatch': {backgroundColor: 'color-mix(in srgb, var(--accent) 15%, transparent)'},
  '&.cm-focused .cm-matchingBracket': {backgroundColor: 'var(--paper-3)', color: 'inherit'},
  '.cm-searchMatch': {backgroundColor: 'var(--warn-paper)', outline: '1px solid var(--warn)'},
  '.cm-panels': {
    backgroundColor: 'var(--paper-2)',
    color: 'var(--ink)',
    borderColor: 'var(--line)',
  },
  '.cm-textfield, .cm-button': {
    backgroundColor: 'var(--paper)',
    backgroundImage: 'none',
    color: 'var(--ink)',
    border: '1px solid var(--line-strong)',
    borderRadius: '.25rem',
    fontSize: '.8125rem',
  },
  '.cm-panel.cm-search [name=close]': {color: 'var(--ink)'},
  '.cm-tooltip': {
    backgroundColor: 'var(--paper)',
    color: 'var(--ink)',
    border: '1px solid var(--line)',
    borderRadius: '.25rem',
  },
  '.cm-diagnostic-error': {borderLeftColor: 'var(--bad)'},
  '.cm-changedLine': {backgroundColor: 'var(--good-paper) !important'},
  '.cm-changedText, .cm-insertedLine': {
    background: 'none !important',
    textDecoration: 'underline',
    textDecorationColor: 'var(--good)',
    textUnderlineOffset: '.2em',
  },
  '.cm-deletedChunk': {backgroundColor: 'var(--bad-paper)'},
  '.cm-deletedChunk .cm-deletedText, .cm-deletedLine del': {
    background: 'none !important',
    textDecoration: 'line-through',
    textDecorationColor: 'var(--bad)',
  },
  '.cm-collapsedLines': {
    background: 'var(--paper-2)',
    color: 'var(--ink-2)',
    padding: '0 .5rem',
    '&:before, &:after': {content: '"⋯"'},
  },
});

export function setup(label: string, isReadOnly: boolean): Extension[] {
  return [
    lineNumbers(),
    history(),
    drawSelection(),
    bracketMatching(),
    highlightActiveLine(),
    highlightSelectionMatches(),
    search({top: true}),
    json(),
    indentUnit.of('  '),
    syntaxHighlighting(colours),
    theme,
    EditorView.lineWrapping,
    EditorView.contentAttributes.of({
      'aria-label': label,
      autocapitalize: 'none',
      spellcheck: 'false',
      tabindex: '0',
    }),
    keymap.of([...defaultKeymap, ...historyKeymap, ...searchKeymap]),
    isReadOnly ? [EditorState.readOnly.of(true)] : [lintGutter()],
  ];
}
