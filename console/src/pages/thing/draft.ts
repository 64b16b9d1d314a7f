// What somebody is writing: the texts of both sections, and the document that it began with. Pure.
import {isObject, JsonError, parseJson, printJson} from '../../json/json';
import type {JsonObject, ShadowDocument, UpdateRequest} from '../../wire';
import {sectionNames, type Sections, sectionsOf, updateOf} from './patch';
import {lineOf} from './place';

export type SectionName = (typeof sectionNames)[number];

export interface Base {
  sections: Sections;
  version: number | undefined; // undefined: whatever there is; 0: there was none
}

export type Texts = Record<SectionName, string>;

export interface Wrong {
  section: SectionName;
  at: number;
  message: string;
}

export const baseOf = (document: ShadowDocument | null): Base => ({
  sections: sectionsOf(document?.state),
  version: document?.version ?? 0,
});

export const textsOf = ({desired, reported}: Sections): Texts => ({
  desired: printJson(desired, 2),
  reported: printJson(reported, 2),
});

function sectionOf(section: SectionName, text: string): {value: JsonObject} | {wrong: Wrong} {
  try {
    const value = parseJson(text.trim() === '' ? '{}' : text);
    if (isObject(value)) return {value};
    return {wrong: {section, at: 0, message: 'An object in braces is expected.'}};
  } catch (error) {
    if (!(error instanceof JsonError)) throw error;
    const {line, column} = lineOf(text, error.at);
    const message = `Line ${String(line)}, column ${String(column)}: ${error.message}.`;
    return {wrong: {section, at: error.at, message}};
  }
}

export interface Read {
  sections?: Sections; // if both texts are right
  wrong?: Wrong;
  update?: UpdateRequest; // if there is something to send
}

export function read(base: Base, texts: Texts): Read {
  const sections = sectionsOf(undefined);
  for (const section of sectionNames) {
    const got = sectionOf(section, texts[section]);
    if ('wrong' in got) return got;
    sections[section] = got.value;
  }
  return {sections, update: updateOf(base.sections, sections, base.version)};
}
