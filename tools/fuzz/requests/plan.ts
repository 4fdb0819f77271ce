import type { DescMethod } from '@bufbuild/protobuf';
import { type ProgramName, serviceNames, type ServiceName } from '@strongroom/local-cluster';
import { fullNameOf, servedBy } from '@strongroom/methods';
import type { Thing, Twin, World } from '../world/names';
import { allOperations, type AwsOperation, encodeJson, encodeQuery } from './aws';
import { Dice } from './dice';
import { generate } from './generate';
import { oddHeaders, oddMetadata } from './headers';
import { byteMutations, treeMutations } from './mutate';
import { allMethods, encodeProtobuf, shapeOfMessage } from './protobuf';
import type { Encoder, StructureShape } from './shape';
import type { Naming } from './text-surroundings';
import { wireScenarios, type WireScenario } from './wire-scenarios';

/** Who asks. */
export const callers = [
  'owner', // the administrator of the account
  'anonymous',
  'powerless', // a user of the account, without a policy
  'stranger', // a user of another account, who may do everything there
  'forged', // somebody whose credential is wrong
  'narrow', // a user who may do everything with names that begin with `open`
  'deputy', // in gRPC one of the services, on the gateway a session of the owner
] as const;
export type CallerName = (typeof callers)[number];

/** In what way. */
export const kinds = [
  'valid',
  'existence', // the same twice, with a name that exists and with one that does not
  ...(Object.keys(treeMutations) as (keyof typeof treeMutations)[]),
  ...(Object.keys(byteMutations) as (keyof typeof byteMutations)[]),
  'headers',
] as const;
export type Kind = (typeof kinds)[number];

/** How a gRPC caller proves who it is. */
export interface GrpcCredential {
  certificate: 'none' | 'own' | 'unbound' | 'foreign' | ServiceName | 'aws-gateway';
  token: 'none' | 'own' | { text: string };
}

export interface GrpcRequest {
  via: 'grpc';
  program: ProgramName;
  path: string;
  isStream: { request: boolean; response: boolean };
  caller: CallerName;
  credential: GrpcCredential;
  messages: Buffer[];
  metadata: Record<string, string | Buffer>;
  timeoutMs: number;
}

export const forgeries = [
  'no signature',
  'unknown key',
  'wrong secret',
  'other region',
  'other service',
  'other body',
  'old',
  'garbage',
  'bad session',
] as const;
export type Forgery = (typeof forgeries)[number];

export interface HttpsRequest {
  via: 'https';
  /** `kms.Encrypt`. */
  operation: string;
  signingName: string;
  caller: CallerName;
  forgery?: Forgery;
  isUnsigned: boolean;
  protocol: 'h1' | 'h2';
  headers: Record<string, string>;
  body: Buffer;
}

export interface WireRequest {
  via: 'wire';
  program: ProgramName;
  scenario: WireScenario;
  /** The seed of the scenario. */
  seed: string;
}

export type Request = GrpcRequest | HttpsRequest | WireRequest;

/** The requests of one index. */
export interface Plan {
  index: number;
  /** `/strongroom.keys.v1.KeyService/Encrypt`, `kms.Encrypt`, `wire: half a request`. */
  target: string;
  kind: Kind;
  caller: CallerName;
  /** One; two for `existence`. */
  requests: Request[];
  /** The names of the first request, and the names that replace them in the second. */
  twins: Twin[];
}

type Target = { grpc: DescMethod } | { https: AwsOperation } | { wire: WireScenario };

/** Everything that can be requested of a cluster. */
export const allTargets = (): Target[] => [
  ...allMethods().map((grpc) => ({ grpc })),
  ...allOperations().map((https) => ({ https })),
  ...wireScenarios.map((wire) => ({ wire })),
];

const DEADLINE_MS = 15_000;
/** VerifyTrail computes the hashes of up to 50,000 events, while the machine fuzzes. */
const DEADLINES_MS: Readonly<Record<string, number>> = { VerifyTrail: 60_000 };

/** By package. The relay is on every server whose methods are called on behalf of others. */
const programOf: ReadonlyMap<string, ServiceName> = new Map([
  ['relay', 'secrets-api'],
  ...serviceNames.flatMap((program) =>
    servedBy[program].map((service) => [fullNameOf(service).split('.')[1]!, program] as const),
  ),
]);

/** Makes the request of each index: the same for the same seed and world. */
export class Planner {
  private readonly targets: Target[];

  constructor(
    private readonly seed: string,
    private readonly world: World,
    /** Whether the certificates of services are at hand. */
    private readonly hasServices = true,
  ) {
    this.targets = allTargets();
  }

  /** The number of indexes after which each target was called in each way by each caller. */
  get cycle(): number {
    return this.targets.length * kinds.length * callers.length;
  }

  plan(index: number): Plan {
    const place = index % this.targets.length;
    const round = Math.floor(index / this.targets.length);
    const target = this.targets[place]!;
    // The numbers of kinds and of callers have no common divisor: all pairs come, and after few rounds each of both.
    const kind = kinds[(round + place) % kinds.length]!;
    const caller = callers[(round + 3 * place) % callers.length]!;
    const dice = this.dice(index, 'who');
    if ('wire' in target) {
      const { wire: scenario } = target;
      const program = scenario.programs[round % scenario.programs.length]!;
      const request = { via: 'wire' as const, program, scenario, seed: `${this.seed}:${index}` };
      return { index, target: `wire: ${scenario.name}`, kind: 'mutated', caller: 'anonymous', requests: [request], twins: [] };
    }
    // Callers who may not know ask whether something exists.
    const asking =
      kind === 'existence' && (caller === 'owner' || caller === 'deputy')
        ? dice.pick(['powerless', 'stranger'] as const)
        : caller;
    const twins: Twin[] = [];
    const namings =
      kind === 'existence'
        ? (['existing', 'absent'] as const).map((which) => this.twinNaming(asking, which, twins))
        : [this.naming(asking)];
    const ask: (naming: Naming) => Request =
      'grpc' in target
        ? this.grpcRequest(target.grpc, index, kind, asking)
        : this.httpsRequest(target.https, index, kind, asking);
    const name = 'grpc' in target ? pathOf(target.grpc) : `${target.https.service.signingName}.${target.https.name}`;
    return { index, target: name, kind, caller: asking, requests: namings.map((naming) => ask(naming)), twins };
  }

  private dice(index: number, what: string): Dice {
    return new Dice(`${this.seed}:${index}:${what}`);
  }

  private naming(caller: CallerName): Naming {
    const { own, others } = this.world;
    return (thing, dice) => {
      if (caller !== 'stranger') return dice.pick(own[thing]);
      const twins = this.twinsFor(caller, thing);
      const isKept = twins.length > 0 && dice.once(2);
      return isKept ? dice.pick(twins).existing : dice.pick(others[thing]);
    };
  }

  /** Both of a pair use the same random choices. */
  private twinNaming(caller: CallerName, which: keyof Twin, drawn: Twin[]): Naming {
    const { own, others } = this.world;
    return (thing, dice) => {
      const isElsewhere = dice.once(3);
      const twins = this.twinsFor(caller, thing);
      if (twins.length === 0 || (caller === 'stranger' && isElsewhere))
        return dice.pick((caller === 'stranger' ? others : own)[thing]);
      const twin = dice.pick(twins);
      if (which === 'existing') drawn.push(twin);
      return twin[which];
    };
  }

  /** What is kept, as the caller can name it: a name without an account is one of the caller's own. */
  private twinsFor(caller: CallerName, thing: Thing): readonly Twin[] {
    const kept = this.world.kept[thing];
    const isGlobal = ['accessKey', 'run', 'version'].includes(thing);
    return caller === 'stranger' && !isGlobal ? kept.filter(({ existing }) => existing.includes(this.world.accountId)) : kept;
  }

  private grpcRequest(method: DescMethod, index: number, kind: Kind, caller: CallerName) {
    const shape = shapeOfMessage(method.input);
    const program = programOf.get(method.parent.typeName.split('.')[1]!)!;
    const [request, response] = [isStreaming(method, 'client'), isStreaming(method, 'server')];
    return (naming: Naming): GrpcRequest => {
      const dice = this.dice(index, 'credential');
      const count = request ? dice.between(1, 4) : 1;
      return {
        via: 'grpc',
        program,
        path: pathOf(method),
        isStream: { request, response },
        caller,
        credential: this.credential(caller, dice),
        messages: Array.from({ length: count }, (_, at) =>
          this.body(shape, naming, kind, this.dice(index, `message ${at}`), encodeProtobuf),
        ),
        metadata: kind === 'headers' ? oddMetadata(dice) : {},
        timeoutMs: kind === 'headers' && dice.once(3) ? dice.pick([1, 5, 20]) : (DEADLINES_MS[method.name] ?? DEADLINE_MS),
      };
    };
  }

  private httpsRequest({ service, name, shape, isUnsigned }: AwsOperation, index: number, kind: Kind, caller: CallerName) {
    const isJson = service.protocol === 'json';
    const encode: Encoder = isJson ? encodeJson : (tree) => encodeQuery(name, service.selector, tree);
    const contentType = isJson ? 'application/x-amz-json-1.1' : 'application/x-www-form-urlencoded; charset=utf-8';
    return (naming: Naming): HttpsRequest => {
      const dice = this.dice(index, 'credential');
      const forgery = caller === 'forged' ? dice.pick(forgeries) : caller === 'anonymous' ? ('no signature' as const) : undefined;
      return {
        via: 'https',
        operation: `${service.signingName}.${name}`,
        signingName: service.signingName,
        caller,
        ...(forgery === undefined ? {} : { forgery }),
        isUnsigned,
        protocol: dice.pick(['h1', 'h2']),
        headers: {
          'content-type': contentType,
          ...(isJson ? { 'x-amz-target': `${service.selector}.${name}` } : {}),
          ...(kind === 'headers' ? oddHeaders(dice) : {}),
        },
        body: this.body(shape, naming, kind, this.dice(index, 'message 0'), encode),
      };
    };
  }

  private body(shape: StructureShape, naming: Naming, kind: Kind, dice: Dice, encode: Encoder): Buffer {
    const isOfBytes = kind in byteMutations;
    // What happens to bytes may make another field of a value, and such a one may show.
    const canary = isOfBytes || kind === 'duplicated' ? undefined : this.world.canary;
    const tree = generate(shape, { dice, naming, canary, isFull: dice.once(kind in treeMutations ? 2 : 4) });
    if (kind in treeMutations) treeMutations[kind as keyof typeof treeMutations](tree, dice, this.world.otherAccountId);
    const bytes = encode(tree);
    return isOfBytes ? byteMutations[kind as keyof typeof byteMutations](bytes, dice) : bytes;
  }

  private credential(caller: CallerName, dice: Dice): GrpcCredential {
    switch (caller) {
      case 'anonymous':
        return { certificate: 'none', token: 'none' };
      case 'forged': {
        const certificate = dice.pick(['none', 'unbound', 'foreign'] as const);
        const text = dice.pick([dice.hex(40), '', 'x', `${'a'.repeat(8_000)}`, 'null', 'undefined', '__proto__']);
        return { certificate, token: certificate === 'none' || dice.once(2) ? { text } : 'none' };
      }
      case 'deputy': {
        if (!this.hasServices) return { certificate: 'none', token: 'own' };
        return { certificate: dice.pick([...serviceNames, 'aws-gateway'] as const), token: 'none' };
      }
      default:
        return dice.once(2) ? { certificate: 'own', token: 'none' } : { certificate: 'none', token: 'own' };
    }
  }
}

const pathOf = (method: DescMethod): string => `/${method.parent.typeName}/${method.name}`;

const isStreaming = ({ methodKind }: DescMethod, side: 'client' | 'server'): boolean =>
  methodKind === 'bidi_streaming' || methodKind === `${side}_streaming`;
