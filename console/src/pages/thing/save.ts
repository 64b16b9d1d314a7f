// Saves a draft for the version that it began with, and says what stands in the way.
import {getShadow, updateShadow} from '../../api';
import {Refused} from '../../http';
import type {ShadowDocument, UpdateRequest} from '../../wire';

export type Saved = {version: number} | {theirs: ShadowDocument | null} | {failed: string};

const isStatus = (error: unknown, status: number) =>
  error instanceof Refused && error.status === status;

async function current(thing: string, name: string): Promise<ShadowDocument | null> {
  try {
    return await getShadow(thing, name);
  } catch (error) {
    if (isStatus(error, 404)) return null;
    throw error;
  }
}

// `theirs`: the shadow has moved on, this is what it is now; null if it was deleted. Where there
// was none when the draft began and there is none now, it was deleted once: its next version is not
// known here, and nothing can be overwritten, so it is made without one.
export async function save(thing: string, name: string, update: UpdateRequest): Promise<Saved> {
  try {
    return {version: (await updateShadow(thing, name, update)).version};
  } catch (error) {
    if (!isStatus(error, 409))
      return {failed: error instanceof Error ? error.message : String(error)};
  }
  try {
    const theirs = await current(thing, name);
    if (theirs !== null || update.version !== 0) return {theirs};
    return {version: (await updateShadow(thing, name, {state: update.state})).version};
  } catch (error) {
    return {failed: error instanceof Error ? error.message : String(error)};
  }
}
