import { isMainThread } from 'node:worker_threads';

// The threads of the service run the same file, and load only what they need of it.
if (isMainThread) void import('./serve').then(({ serve }) => serve());
else void import('./threads/inspection.thread').then(({ serveInspections }) => serveInspections());
