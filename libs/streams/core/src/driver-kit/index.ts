export { assign, type Candidate } from './assignment.ts';
