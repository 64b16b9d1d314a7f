import {setDiagnostics} from '@codemirror/lint';
import {unifiedMergeView} from '@codemirror/merge';
import {EditorState, Prec} from '@codemirror/state';
import {EditorView, keymap} from '@codemirror/view';
import {useEffect, useRef} from 'preact/hooks';
import {setup} from './setup';

export interface Mark {
  from: number;
  to: number;
  message: string;
}

interface Props {
  label: string;
  text: string; // as it begins; give another `key` for another text
  onChange?: (text: string) => void; // without it one only reads
  onSave?: () => void; // Ctrl or Cmd and s
  marks?: Mark[];
  before?: string; // then it shows what is different since
}

// A text of JSON. It lives in a shadow root: there CodeMirror's styles are adopted sheets, which
// the page's content security policy lets be, where <style> elements are refused.
export function Editor({label, text, onChange, onSave, marks, before}: Props) {
  const host = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView | undefined>(undefined);
  const latest = useRef({onChange, onSave});
  latest.current = {onChange, onSave};

  useEffect(() => {
    if (!host.current) return undefined;
    const root = host.current.shadowRoot ?? host.current.attachShadow({mode: 'open'});
    const save = () => {
      latest.current.onSave?.();
      return true;
    };
    const made = new EditorView({
      root,
      parent: root,
      state: EditorState.create({
        doc: text,
        extensions: [
          setup(label, onChange === undefined),
          Prec.highest(keymap.of([{key: 'Mod-s', preventDefault: true, run: save}])),
          EditorView.updateListener.of((update) => {
            if (update.docChanged) latest.current.onChange?.(update.state.doc.toString());
          }),
          before === undefined
            ? []
            : unifiedMergeView({
                original: before,
                mergeControls: false,
                collapseUnchanged: {margin: 2},
              }),
        ],
      }),
    });
    view.current = made;
    if (onChange) made.focus();
    return () => {
      made.destroy();
      view.current = undefined;
    };
  }, []);

  const key = JSON.stringify(marks ?? []);
  useEffect(() => {
    const shown = view.current;
    if (!shown) return;
    const end = shown.state.doc.length;
    const diagnostics = (marks ?? []).map(({from, to, message}) => ({
      from: Math.min(from, end),
      to: Math.min(Math.max(to, from + 1), end),
      message,
      severity: 'error' as const,
    }));
    shown.dispatch(setDiagnostics(shown.state, diagnostics));
  }, [key]);

  return <div ref={host} class="editor" />;
}
