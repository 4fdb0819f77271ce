// A machine that does other work beside takes its time to start a service: what a test waits for decides, not how long that
// takes.
jest.setTimeout(60_000);
