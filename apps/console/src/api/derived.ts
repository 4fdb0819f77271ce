import type { RelayClient, ServiceClient } from '@strongroom/grpc-kit';
import { consoleServices, type ContractMethod, type Method, type Service } from '@strongroom/methods';
import type { SignedInContext } from './context';
import { requestReader } from './message-reader';
import { router, type SignedInProcedure } from './trpc';

export type ConsoleServices = typeof consoleServices;
export type ConsoleClients = { readonly [Name in keyof ConsoleServices]: ServiceClient<ConsoleServices[Name]> };

/** How the methods of a service are called on behalf of the person. */
export const onBehalfOf = ({ session, client, requestId, deadline }: SignedInContext) => ({
  requestId,
  deadline,
  onBehalfOf: { credentialId: session.value.credentialId, ...client, requestId },
});

type Unary = (request: unknown, options: ReturnType<typeof onBehalfOf>) => Promise<unknown>;

/** Whether the console offers a method; the types of `ConsoleApi` say the same. */
const isOffered = ({ requestStream, responseStream }: ContractMethod, { callers, onBehalf }: Method): boolean =>
  !requestStream && !responseStream && callers === 'authenticated' && (onBehalf?.includes('console') ?? false);

/** A router for each service, with a procedure for each of its methods that the console offers. */
export function derivedRouters(clients: ConsoleClients, procedure: SignedInProcedure) {
  const routers = Object.entries<Service>(consoleServices).map(([name, service]) => {
    const client = clients[name as keyof ConsoleClients] as unknown as Readonly<Record<string, Unary>>;
    return [name, router(proceduresOf(service, client, procedure))] as const;
  });
  return Object.fromEntries(routers);
}

function proceduresOf({ contract, methods }: Service, client: Readonly<Record<string, Unary>>, procedure: SignedInProcedure) {
  const offered = Object.entries(contract).filter(([name, method]) => isOffered(method, methods[name]!));
  return Object.fromEntries(
    offered.map(([name, { path }]) => {
      const call = procedure.input(requestReader(path));
      const resolve = async ({ ctx, input }: { ctx: SignedInContext; input: unknown }) =>
        withoutAbsent(await client[name]!(input, onBehalfOf(ctx)));
      return [name, methods[name]!.readOnly ? call.query(resolve) : call.mutation(resolve)];
    }),
  );
}

/** The clients of all services, over one stream to each program. */
export function consoleClients(relayTo: Readonly<Record<keyof ConsoleServices, RelayClient>>): ConsoleClients {
  const clients = Object.entries<Service>(consoleServices).map(([name, service]) => [
    name,
    relayTo[name as keyof ConsoleServices].clientOf(service),
  ]);
  return Object.fromEntries(clients) as ConsoleClients;
}

/** An answer without the fields that are not set: written out, they would be longer than the others. */
function withoutAbsent(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutAbsent);
  if (typeof value !== 'object' || value === null || value instanceof Date || value instanceof Uint8Array) return value;
  const kept = Object.create(Object.getPrototypeOf(value) as object | null) as Record<string, unknown>;
  for (const [name, field] of Object.entries(value)) if (field !== undefined) kept[name] = withoutAbsent(field);
  return kept;
}
