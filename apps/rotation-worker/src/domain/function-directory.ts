import type { BuiltInFunction } from '@strongroom/rotation-functions';
import { BuiltInRotation, type BuiltInSurroundings } from './built-in-rotation';
import {
  BUILT_IN_PREFIX,
  type CustomFunction,
  functionArn,
  functionNotFound,
  type FunctionReference,
  readFunctionReference,
} from './custom-function';
import { CustomRotation, type StepInvoker } from './custom-rotation';
import type { FunctionStore } from './function-store.port';
import type { RotationFunction, RotationFunctions } from './rotation-function.port';
import type { RotationRequests } from './rotation-request.port';

export interface FunctionDirectoryOptions extends BuiltInSurroundings {
  builtIns: readonly BuiltInFunction[];
  store: FunctionStore;
  requests: Pick<RotationRequests, 'find' | 'finish'>;
  invokerFor(fn: CustomFunction): StepInvoker;
  region: string;
}

/** A function of an account: its own, or a built-in one, which every account has. */
export type KnownFunction = { arn: string } & ({ builtIn: BuiltInFunction } | { custom: CustomFunction });

/** All functions, by ARN. */
export class FunctionDirectory implements RotationFunctions {
  private readonly builtIns: ReadonlyMap<string, BuiltInFunction>;
  private readonly rotations: ReadonlyMap<string, BuiltInRotation>;

  constructor(private readonly options: FunctionDirectoryOptions) {
    const byName = options.builtIns.map((fn) => [fn.name, fn] as const);
    const strange = byName.find(
      ([name], at) => !name.startsWith(BUILT_IN_PREFIX) || byName.findIndex(([other]) => other === name) !== at,
    );
    if (strange)
      throw new Error(`the name ${strange[0]} of a built-in function is taken, or does not begin with ${BUILT_IN_PREFIX}`);
    this.builtIns = new Map(byName);
    this.rotations = new Map(byName.map(([name, fn]) => [name, new BuiltInRotation(fn, options)]));
  }

  async find(arn: string): Promise<RotationFunction> {
    const known = await this.lookUp(readFunctionReference(arn, { accountId: '', region: '' }, 'RotationLambdaARN'));
    if (!known) throw functionNotFound(arn);
    if ('builtIn' in known) return this.rotations.get(known.builtIn.name)!;
    const { name, timeoutMs } = known.custom;
    const { requests, logger } = this.options;
    return new CustomRotation(this.options.invokerFor(known.custom), timeoutMs, { requests, logger, name });
  }

  async lookUp(reference: FunctionReference): Promise<KnownFunction | undefined> {
    const { accountId, region, name } = reference;
    if (region !== this.options.region) return undefined;
    const arn = functionArn(reference);
    const builtIn = this.builtIns.get(name);
    if (builtIn) return { arn, builtIn };
    const custom = await this.options.store.find(accountId, name);
    return custom && { arn, custom };
  }

  /** By name, starting after `after`. */
  async list(accountId: string, after: string, limit: number): Promise<KnownFunction[]> {
    const arnOf = (name: string) => functionArn({ accountId, region: this.options.region, name });
    const custom = (await this.options.store.list(accountId, after, limit)).map((fn) => ({ arn: arnOf(fn.name), custom: fn }));
    const builtIn = [...this.builtIns.values()]
      .filter(({ name }) => name > after)
      .map((fn) => ({ arn: arnOf(fn.name), builtIn: fn }));
    return [...custom, ...builtIn].sort((one, other) => (one.arn < other.arn ? -1 : 1)).slice(0, limit);
  }
}
