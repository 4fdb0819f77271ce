import { setTimeout as sleep } from 'node:timers/promises';
import type { Api } from '../api';
import { isRotated, type Labels, labelsOf, type RotatingSecret } from './rotating-secret';
import type { Login } from './target-server';

const STAGES = ['AWSCURRENT', 'AWSPENDING', 'AWSPREVIOUS'] as const;
/** So that looking does not become the load. */
const PAUSE_MS = 30;
/** Labels that move while their versions are tried make a new look necessary. */
const LOOKS = 5;

/** Logs in with the values that labels point to, as an application that knows them all. */
export class LoginProber {
  /** Looks that found a label whose version logs in. */
  found = 0;
  readonly lockedOut: string[] = [];
  private readonly rotated = new Set<RotatingSecret>();
  /** Of versions, which never change. */
  private readonly values = new Map<string, Login>();

  constructor(
    private readonly api: Api,
    readonly secrets: readonly RotatingSecret[],
  ) {}

  /** Those whose rotation has not come to its end, seen by their labels. */
  get unfinished(): RotatingSecret[] {
    return this.secrets.filter((secret) => !this.rotated.has(secret));
  }

  /** Looks at every secret once. */
  async lookAtAll(secrets: readonly RotatingSecret[] = this.secrets): Promise<void> {
    const waiting = [...secrets];
    const look = async () => {
      for (let secret = waiting.shift(); secret; secret = waiting.shift()) await this.look(secret);
    };
    await Promise.all(Array.from({ length: 4 }, look));
  }

  /** Looks again and again at what is unfinished, until nothing is or the signal aborts. */
  async watch(signal: AbortSignal): Promise<void> {
    while (!signal.aborted && this.unfinished.length > 0) {
      for (const secret of this.unfinished) {
        if (signal.aborted) return;
        await this.look(secret);
        await sleep(PAUSE_MS);
      }
    }
  }

  /**
   * Says nothing while server or labels are away: what an application could not know is no lock-out, and it comes back as it was.
   */
  private async look(secret: RotatingSecret): Promise<void> {
    for (let looks = 0; looks < LOOKS; looks++) {
      const labels = await this.labels(secret);
      if (!labels) return;
      if (isRotated(labels, secret)) this.rotated.add(secret);
      const outcome = await this.tryLabels(secret, labels);
      if (outcome === 'in') this.found++;
      if (outcome !== 'refused') return;
      const after = await this.labels(secret);
      if (!after) return;
      if (STAGES.every((stage) => labels[stage] === after[stage])) {
        this.lockedOut.push(`${secret.kind.name}, held ${secret.boundary.name}: ${JSON.stringify(labels)}`);
        return;
      }
    }
  }

  /** One after the other: a pending value is stored before any server knows it, so that it is read late enough here. */
  private async tryLabels(secret: RotatingSecret, labels: Labels): Promise<'in' | 'refused' | 'unknown'> {
    for (const stage of STAGES) {
      const versionId = labels[stage];
      if (versionId === undefined) continue;
      const login = await this.value(secret, versionId);
      if (login === 'unknown') return 'unknown';
      if (login === undefined) continue;
      const outcome = await secret.target.tryToLogIn(login);
      if (outcome !== 'refused') return outcome === 'in' ? 'in' : 'unknown';
    }
    return 'refused';
  }

  private labels({ name }: RotatingSecret): Promise<Labels | undefined> {
    return labelsOf(this.api, name).catch(() => undefined);
  }

  /** Undefined when the version has no value yet. */
  private async value({ name }: RotatingSecret, versionId: string): Promise<Login | 'unknown' | undefined> {
    const key = `${name} ${versionId}`;
    const known = this.values.get(key);
    if (known) return known;
    try {
      const { value } = await this.api.secrets.getSecretValue({ secretId: name, versionId }, { timeoutMs: 2_000 });
      const login = JSON.parse(String(value?.value?.value)) as Login;
      this.values.set(key, login);
      return login;
    } catch (error) {
      return (error as { kind?: string }).kind === 'not-found' ? undefined : 'unknown';
    }
  }
}
