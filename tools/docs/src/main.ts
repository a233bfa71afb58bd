import { resolve } from 'node:path';
import { writeApiReference } from './api-reference.ts';

const root = resolve(import.meta.dirname, '../../..');
const folder = await writeApiReference(root, resolve(root, 'docs/reference/api'));
console.log(`The API reference is in ${folder}`);
