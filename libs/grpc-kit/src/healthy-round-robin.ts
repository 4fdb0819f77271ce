import {
  type ChannelOptions,
  Client,
  type ClientReadableStream,
  connectivityState as State,
  credentials,
  experimental,
  status as Code,
  type ServiceError,
} from '@grpc/grpc-js';
import {
  type HealthCheckResponse,
  HealthCheckResponse_ServingStatus as Status,
  HealthService,
} from '@strongroom/contracts/grpc/health/v1/health';

/** The name of the policy in a channel's configuration. */
const NAME = 'strongroom_healthy_round_robin';
/** How often a connection with calls is tried. Milliseconds. */
const PING_MS = 2_000;
/** An instance that does not answer for so long has lost its calls, which can go on at another one. Milliseconds. */
const SILENCE_MS = 3_000;
/** From the end of an answer that says nothing of the instance to the next question. Milliseconds. */
const ASK_AGAIN_MS = 1_000;

type Subchannel = ReturnType<experimental.SubchannelInterface['getRealSubchannel']>;

/** What an instance says of itself, over the connection of the calls. Until it says something, it is well. */
class HealthWatch {
  private static readonly all = new WeakMap<Subchannel, HealthWatch>();
  isWell = true;
  readonly listeners = new Set<() => void>();
  private answers: ClientReadableStream<HealthCheckResponse> | undefined;
  private timer: NodeJS.Timeout | undefined;

  /** A channel that resolves its target again makes new wrappers of the same connections. */
  static of(subchannel: Subchannel): HealthWatch {
    const watch = HealthWatch.all.get(subchannel) ?? new HealthWatch(subchannel);
    HealthWatch.all.set(subchannel, watch);
    return watch;
  }

  private constructor(private readonly subchannel: Subchannel) {
    subchannel.addConnectivityStateListener(() => this.follow());
    this.follow();
  }

  private follow(): void {
    clearTimeout(this.timer);
    if (this.subchannel.getConnectivityState() === State.READY) return this.ask();
    this.answers?.cancel();
    this.answers = undefined;
    this.tell(true);
  }

  private ask(): void {
    if (this.answers !== undefined) return;
    const client = new Client('health', credentials.createInsecure(), { channelOverride: this.subchannel.getChannel() });
    const { path, requestSerialize, responseDeserialize } = HealthService.watch;
    const answers = client.makeServerStreamRequest(path, requestSerialize, responseDeserialize, { service: '' });
    this.answers = answers;
    answers.on('data', ({ status }: HealthCheckResponse) => this.tell(status === Status.SERVING));
    answers.on('end', () => this.askLater(answers));
    answers.on('error', ({ code }: ServiceError) => {
      // Otherwise it has no health checks.
      if (code !== Code.UNIMPLEMENTED) this.askLater(answers);
    });
  }

  private askLater(answers: ClientReadableStream<HealthCheckResponse>): void {
    if (this.answers !== answers) return;
    this.answers = undefined;
    this.timer = setTimeout(() => this.follow(), ASK_AGAIN_MS).unref();
  }

  private tell(isWell: boolean): void {
    if (this.isWell === isWell) return;
    this.isWell = isWell;
    for (const listener of this.listeners) listener();
  }
}

/** An instance of a service, which is left while it is not well. */
class Instance extends experimental.BaseSubchannelWrapper {
  private readonly watch: HealthWatch;
  private readonly onChange = () => this.setHealthy(this.watch.isWell);

  constructor(subchannel: experimental.SubchannelInterface) {
    super(subchannel);
    this.watch = HealthWatch.of(subchannel.getRealSubchannel());
    this.watch.listeners.add(this.onChange);
    this.onChange();
  }

  protected override destroy(): void {
    this.watch.listeners.delete(this.onChange);
    super.destroy();
  }
}

class Config implements experimental.TypedLoadBalancingConfig {
  getLoadBalancerName(): string {
    return NAME;
  }

  toJsonObject(): object {
    return { [NAME]: {} };
  }

  static createFromJson(): Config {
    return new Config();
  }
}

/** Round robin over the instances that are well. Where there is one, it is not asked how it is, and has more time to answer. */
class HealthyRoundRobin extends experimental.ChildLoadBalancerHandler {
  constructor(
    helper: experimental.ChannelControlHelper,
    private readonly choice = { exists: false },
  ) {
    const createSubchannel: typeof helper.createSubchannel = (address, options) =>
      choice.exists
        ? new Instance(helper.createSubchannel(address, { ...options, 'grpc.keepalive_timeout_ms': SILENCE_MS }))
        : helper.createSubchannel(address, options);
    super(experimental.createChildChannelControlHelper(helper, { createSubchannel }));
  }

  override updateAddressList(
    ...[endpoints, , options, note]: Parameters<experimental.LoadBalancer['updateAddressList']>
  ): boolean {
    if (endpoints.ok) this.choice.exists = endpoints.value.length > 1;
    return super.updateAddressList(endpoints, experimental.parseLoadBalancingConfig({ round_robin: {} }), options, note);
  }

  override getTypeName(): string {
    return NAME;
  }
}

/**
 * Options of a channel that uses its instances in turn and leaves those that say that they do not serve, or say nothing.
 * @param deadPeerMs after how long an instance that is the only one counts as dead
 */
export function healthyRoundRobin(deadPeerMs: number): ChannelOptions {
  if (!experimental.isLoadBalancerNameRegistered(NAME)) experimental.registerLoadBalancerType(NAME, HealthyRoundRobin, Config);
  return {
    'grpc.service_config': JSON.stringify({ loadBalancingConfig: [{ [NAME]: {} }] }),
    'grpc.keepalive_time_ms': PING_MS,
    'grpc.keepalive_timeout_ms': deadPeerMs - PING_MS,
  };
}
