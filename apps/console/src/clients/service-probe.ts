import { connect } from 'node:tls';
import { endpointOf } from '@strongroom/config';
import type { ServiceHealth } from '@strongroom/console-api';
import { isServing } from '@strongroom/health-probe';

/** Of the question how a service is. Milliseconds. */
const PATIENCE = 2_000;

export type Probe = () => Promise<Omit<ServiceHealth, 'name'>>;

/**
 * Asks a service how it is, and looks at its certificate. Of several replicas it asks the first.
 * @param address as a client takes it: `host:port`, `dns:///host:port`, or several
 * @param ca PEM
 * @returns a function that never rejects
 */
export function serviceProbe(address: string, ca: Buffer): Probe {
  const [first = ''] = address.replace(/^dns:\/\/\//, '').split(',');
  return async () => {
    const startedAt = performance.now();
    const [serves, certificateEndsAt] = await Promise.all([isServing(first, { pem: ca }, PATIENCE), certificateEndOf(first, ca)]);
    if (certificateEndsAt === undefined) return { state: 'unreachable' };
    const tookMs = Math.round(performance.now() - startedAt);
    return { state: serves ? 'serving' : 'not-serving', tookMs, certificateEndsAt };
  };
}

/** undefined: nobody answers there whom this CA knows. */
function certificateEndOf(address: string, ca: Buffer): Promise<Date | undefined> {
  const { host, port } = endpointOf(address);
  return new Promise((resolve) => {
    const socket = connect({ host, port, ca, ALPNProtocols: ['h2'], servername: host, timeout: PATIENCE });
    const end = (answer?: Date): void => {
      resolve(answer);
      socket.destroy();
    };
    socket.once('secureConnect', () => end(new Date(socket.getPeerCertificate().valid_to)));
    socket.once('timeout', () => end());
    socket.once('error', () => end());
  });
}
