import type { DeepPartial } from '@strongroom/contracts/strongroom/secrets/v1/secrets';
import { type ContractMethod, operationOf, type RequestOf, type ResponseOf, type Service } from '@strongroom/methods';
import type { ServiceClient, UnaryOptions } from './service-client';

interface UnaryContract extends ContractMethod {
  readonly requestStream: false;
  readonly responseStream: false;
}

/** The unary methods of a service, as tests call them: what is left out of a request has its default. */
export type OneAttempt<S extends Service> = {
  readonly [Name in keyof S['contract'] as S['contract'][Name] extends UnaryContract ? Name : never]: (
    request?: DeepPartial<RequestOf<S['contract'][Name]>>,
  ) => Promise<ResponseOf<S['contract'][Name]>>;
};

/** The names of the unary methods. */
export function unaryNames<S extends Service>({ contract }: S): (keyof OneAttempt<S> & string)[] {
  const unary = Object.entries(contract).filter(([, { requestStream, responseStream }]) => !requestStream && !responseStream);
  return unary.map(([name]) => name as keyof OneAttempt<S> & string);
}

/** Nothing is repeated, so that a test sees what the service said. `messages` is the generated module that has the requests. */
export function oneAttempt<S extends Service>(
  service: S,
  client: ServiceClient<S>,
  messages: object,
  options: UnaryOptions = {},
): OneAttempt<S> {
  const methods = client as unknown as Record<string, (request: object, options: UnaryOptions) => Promise<unknown>>;
  const calls = unaryNames(service).map((name) => {
    const message = (messages as Record<string, Message>)[`${operationOf(service.contract[name]!.path)}Request`]!;
    return [name, (request: object = {}) => methods[name]!(message.fromPartial(request), { ...options, maxAttempts: 1 })];
  });
  return Object.fromEntries(calls) as OneAttempt<S>;
}

interface Message {
  fromPartial(partial: object): object;
}
