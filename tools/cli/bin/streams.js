#!/usr/bin/env -S node --disable-warning=ExperimentalWarning --disable-warning=TimeoutNegativeWarning
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);

if (major < 22 || (major === 22 && minor < 22)) {
  process.stderr.write(`streams: it needs Node 22.22 or newer, and this is ${process.version}\n`);
  process.exitCode = 2;
} else {
  await import('../dist/main.js');
}
