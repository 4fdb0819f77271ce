// What runs a thousand cases takes its time on a busy machine.
jest.setTimeout(30_000);
