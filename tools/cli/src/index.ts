export { type ProgramOptions, runStreams } from './program.ts';
