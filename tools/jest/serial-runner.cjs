// Runs its suites one after the other, whatever --maxWorkers says: whole clusters and their timings share the machine badly.
const { default: TestRunner } = require('jest-runner');

module.exports = class SerialRunner extends TestRunner {
  isSerial = true;
};
