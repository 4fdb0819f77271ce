import type { TRPCMutationProcedure, TRPCQueryProcedure } from '@trpc/server';
import type { consoleServices } from '@strongroom/methods';
import type { ContractMethod, Method, RequestOf, ResponseOf, Service } from '@strongroom/methods';
import type { Input, Output } from './fields';

/** What takes nothing is called without anything. */
type Argument<In> = object extends In ? In | void : In;
export type Query<In, Out> = TRPCQueryProcedure<{ input: Argument<In>; output: Out; meta: unknown }>;
export type Mutation<In, Out> = TRPCMutationProcedure<{ input: Argument<In>; output: Out; meta: unknown }>;

interface Unary extends ContractMethod {
  readonly requestStream: false;
  readonly responseStream: false;
}
type Offered = Method & { readonly callers: 'authenticated'; readonly onBehalf: readonly unknown[] };

/** Whether the console offers a method: it has one answer, and the console may call it on behalf of a person. */
type IsOffered<C, M> = C extends Unary
  ? M extends Offered
    ? 'console' extends M['onBehalf'][number]
      ? true
      : false
    : false
  : false;

type ProcedureOf<C extends ContractMethod, M> = M extends { readonly readOnly: true }
  ? Query<Input<RequestOf<C>>, Output<ResponseOf<C>>>
  : Mutation<Input<RequestOf<C>>, Output<ResponseOf<C>>>;

/** A procedure for each method of a service that the console offers. */
export type ProceduresOf<S extends Service> = {
  [
    Name in keyof S['contract'] & keyof S['methods'] as IsOffered<S['contract'][Name], S['methods'][Name]> extends true
      ? Name
      : never
  ]: ProcedureOf<S['contract'][Name], S['methods'][Name]>;
};

/** By the names that `StrongroomClient` has for the services. */
export type DerivedProcedures = { [Name in keyof typeof consoleServices]: ProceduresOf<(typeof consoleServices)[Name]> };
