// Prints "passed failed skipped" from vitest's JSON report (first argument). A test file that could not be loaded
// holds no test, and an error outside any test fails the run alone (its exit code is the second argument): both
// count as a failure.
import { readFileSync } from 'node:fs';

const [, , path, exitCode] = process.argv;
const report = JSON.parse(readFileSync(path, 'utf8'));

const unloaded = report.testResults.filter(
  (file) => file.status === 'failed' && !file.assertionResults.some(({ status }) => status === 'failed'),
).length;
const failed = report.numFailedTests + unloaded;
const outsideTests = failed === 0 && exitCode !== '0' ? 1 : 0;
console.log(report.numPassedTests, failed + outsideTests, report.numPendingTests + report.numTodoTests);
