import { z } from 'zod';
import { isHostAndPort, isPort, isServiceAddress, SERVICE_ADDRESS_RULE } from './address';
import { ConfigError } from './config-error';

/** `process.env`, or a replacement. An empty variable counts as absent. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Reads the variables that `shape` names, and reports all problems at once. */
export function readEnvironment<Shape extends z.ZodRawShape>(env: Environment, shape: Shape): z.infer<z.ZodObject<Shape>> {
  const present = Object.fromEntries(Object.keys(shape).flatMap((name) => (env[name] ? [[name, env[name]]] : [])));
  const result = z.object(shape).safeParse(present);
  if (result.success) return result.data;
  throw new ConfigError(
    result.error.issues.map(({ path, message }) => {
      const name = String(path[0]);
      return present[name] === undefined ? `${name}: must be set` : `${name}: ${message}`;
    }),
  );
}

/** `host:port`, port 0 to 65535; an IPv6 host must be in brackets. */
export const hostAndPort = z.string().refine(isHostAndPort, { error: 'must be host:port with a port from 0 to 65535' });

/** Several of them, separated by commas. */
export const hostsAndPorts = z
  .string()
  .transform((text) => text.split(',').map((one) => one.trim()))
  .refine((all) => all.every((one) => isHostAndPort(one) && !one.endsWith(':0')), {
    error: 'must be host:port, or several of them, separated by commas',
  });

export const port = z
  .string()
  .refine((text) => isPort(text) && Number(text) > 0, { error: 'must be a port from 1 to 65535' })
  .transform(Number);

/** One or more targets of a service: see `isServiceAddress`. */
export const serviceAddress = z.string().refine(isServiceAddress, { error: SERVICE_ADDRESS_RULE });

export const path = z.string();
export const host = z.string().regex(/^[^\s]+$/, 'must be a host name or an address');

/** Hosts separated by commas, each alone or with a port of its own; an IPv6 address with a port is in brackets. */
export const hosts = z
  .string()
  .regex(/^[^\s,]+(,[^\s,]+)*$/, 'must be a host or several of them, separated by commas, each as host or host:port');

/** The name of a schema or database user. */
export const identifier = z.string().regex(/^[A-Za-z0-9_$-]{1,64}$/, 'must be 1 to 64 letters, digits, "_", "$" or "-"');
