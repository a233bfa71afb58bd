import type { OpenDriver } from '@millrace/streams-contract';
import { openEmbedded } from '../../src/index.ts';
import { mutants } from './mutants.ts';

export interface MutantOptions {
  readonly file: string;
  readonly mutant: string;
}

export const open: OpenDriver = async (options) => {
  const { file, mutant } = options as MutantOptions;
  const known = mutants[mutant];
  if (!known) throw new Error(`no mutant is called ${mutant}`);
  return known.mutate(await openEmbedded(file));
};
