// Prints the tests that failed, with the first lines of their errors, from vitest's JSON report (first argument).
import { readFileSync } from 'node:fs';

const shownLines = 12;
const firstLines = (text) => text.split('\n').slice(0, shownLines).join('\n    ');

const report = JSON.parse(readFileSync(process.argv[2], 'utf8'));
for (const file of report.testResults) {
  const failed = file.assertionResults.filter(({ status }) => status === 'failed');
  if (file.status === 'failed' && failed.length === 0)
    console.log(`${file.name}\n    ${firstLines(file.message)}`);
  for (const test of failed) {
    console.log(
      `${file.name}\n  ${test.fullName}\n    ${test.failureMessages.map(firstLines).join('\n    ')}`,
    );
  }
}
