import { isServing } from './index';

// Beside a service, with its environment: ends with 0 when the service calls itself SERVING, else with 1.
const port = process.env.STRONGROOM_LISTEN?.split(':').at(-1);
isServing(`localhost:${port}`, process.env.STRONGROOM_TLS_CA_FILE ?? '').then(
  (serving) => process.exit(serving ? 0 : 1),
  (error: unknown) => {
    process.stderr.write(`${String(error)}\n`);
    process.exit(1);
  },
);
