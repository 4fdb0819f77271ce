import { accessDenied, invalidRequest, serviceUnavailable } from '@strongroom/errors';
import { brokenSession, namedBy } from '../shared/connection-errors';
import type { SecretFields } from '../shared/secret-fields';
import type { TargetHttp, TargetResponse } from '@strongroom/egress';
import { targetTls } from '../shared/target-tls';

export interface VhostPermission {
  vhost: string;
  configure: string;
  write: string;
  read: string;
}

export interface TopicPermission {
  vhost: string;
  exchange: string;
  write: string;
  read: string;
}

/** Everything that an alternate user must share. */
export interface UserProfile {
  /** A list, or before RabbitMQ 3.9 words with commas between them: passed on as it came. */
  tags: unknown;
  permissions: VhostPermission[];
  topicPermissions: TopicPermission[];
  /** Such as max-connections; empty before RabbitMQ 3.8.10, which has none. */
  limits: Record<string, number>;
}

/** RabbitMQ's management API, as one login sees it. */
export class RabbitMqApi {
  private readonly base: URL;

  constructor(
    private readonly login: SecretFields,
    private readonly signal: AbortSignal,
    private readonly http: TargetHttp,
  ) {
    this.base = rabbitMqUrl(login);
  }

  /** Whether the login's password is right. The API turns users without a management tag away as well, but says why. */
  async logsIn(): Promise<boolean> {
    const { status, body } = await this.send('GET', ['whoami']);
    if (status === 200 && nameIn(body) === this.login.text('username')) return true;
    if (status === 401 || status === 403) return /not (a )?management user/i.test(reasonOf(body));
    throw this.notRabbitMq(`whoami: ${status}`);
  }

  /** Undefined if there is no such user. */
  async profileOf(username: string): Promise<UserProfile | undefined> {
    const user = await this.get<Record<string, unknown>>(['users', username]);
    if (!user) return undefined;
    const limits = user.limits ?? {};
    const areLimits = typeof limits === 'object' && Object.values(limits).every((one) => typeof one === 'number');
    // A server that is not RabbitMQ may answer anything.
    if (user.name !== username || !areLimits) throw this.notRabbitMq('another user');
    return {
      tags: user.tags,
      permissions: await this.rows<VhostPermission>(username, 'permissions', ['vhost', 'configure', 'write', 'read']),
      topicPermissions: await this.rows<TopicPermission>(username, 'topic-permissions', ['vhost', 'exchange', 'write', 'read']),
      limits: limits as Record<string, number>,
    };
  }

  /** The permissions of a user, with these texts each, in an order that does not depend on the server. */
  private async rows<T>(username: string, what: string, names: readonly (keyof T & string)[]): Promise<T[]> {
    const rows = (await this.get<unknown>(['users', username, what])) ?? [];
    if (!Array.isArray(rows)) throw this.notRabbitMq('no list');
    const texts = rows.map((row) => names.map((name) => (row as Partial<T> | null)?.[name]));
    if (!texts.flat().every((one) => typeof one === 'string')) throw this.notRabbitMq('no permissions');
    return texts
      .toSorted((a, b) => (a.join('\0') < b.join('\0') ? -1 : 1))
      .map((row) => Object.fromEntries(names.map((name, index) => [name, row[index]])) as T);
  }

  /** Creates or changes a user: password and tags are replaced together. */
  setUser(username: string, password: string, tags: unknown): Promise<void> {
    return this.change('PUT', ['users', username], { password, tags });
  }

  setPermission(username: string, { vhost, configure, write, read }: VhostPermission): Promise<void> {
    return this.change('PUT', ['permissions', vhost, username], { configure, write, read });
  }

  removePermission(username: string, vhost: string): Promise<void> {
    return this.change('DELETE', ['permissions', vhost, username]);
  }

  /** One exchange of a virtual host. */
  setTopicPermission(username: string, { vhost, exchange, write, read }: TopicPermission): Promise<void> {
    return this.change('PUT', ['topic-permissions', vhost, username], { exchange, write, read });
  }

  /** Those of all exchanges of a virtual host: the API removes no single one. */
  removeTopicPermissions(username: string, vhost: string): Promise<void> {
    return this.change('DELETE', ['topic-permissions', vhost, username]);
  }

  setLimit(username: string, limit: string, value: number): Promise<void> {
    return this.change('PUT', ['user-limits', username, limit], { value });
  }

  removeLimit(username: string, limit: string): Promise<void> {
    return this.change('DELETE', ['user-limits', username, limit]);
  }

  private async get<T>(path: string[]): Promise<T | undefined> {
    const { status, body } = await this.send('GET', path);
    if (status === 404) return undefined;
    if (status !== 200) throw this.unexpected(`GET ${path[0]}`, status);
    try {
      return JSON.parse(body) as T;
    } catch {
      throw this.notRabbitMq('no JSON');
    }
  }

  private async change(method: string, path: string[], body?: object): Promise<void> {
    const { status } = await this.send(method, path, body);
    const done = (status >= 200 && status < 300) || (method === 'DELETE' && status === 404);
    if (!done) throw this.unexpected(`${method} ${path[0]}`, status);
  }

  private send(method: string, path: string[], body?: object): Promise<TargetResponse> {
    return this.http({
      url: new URL(`api/${path.map(encodeURIComponent).join('/')}`, this.base),
      method,
      headers: {
        authorization: `Basic ${Buffer.from(`${this.login.text('username')}:${this.login.text('password')}`).toString('base64')}`,
        'content-type': 'application/json',
      },
      body: body && JSON.stringify(body),
      tls: targetTls(this.login, this.login.text('host')),
      signal: this.signal,
      named: namedBy(this.login.of),
    });
  }

  /** @param why for the log, a constant */
  private notRabbitMq(why: string): Error {
    return brokenSession(this.login.of, `not RabbitMQ's management API (${why})`);
  }

  private unexpected(what: string, status: number): Error {
    if (status === 401)
      return invalidRequest(
        `RabbitMQ does not accept the field "password" of ${this.login.of}, or the user lacks the tag "administrator".`,
      );
    if (status === 403)
      return accessDenied(`RabbitMQ does not let the user of ${this.login.of} change users: it needs the tag "administrator".`);
    if (status >= 500) return serviceUnavailable(`RabbitMQ at ${this.base.host} failed (${what}: ${status}).`);
    return invalidRequest(`RabbitMQ at ${this.base.host} refused ${what} with status ${status}.`);
  }
}

const nameIn = (body: string): unknown => {
  try {
    return (JSON.parse(body) as { name?: unknown } | null)?.name;
  } catch {
    return undefined;
  }
};

const reasonOf = (body: string): string => {
  try {
    return String((JSON.parse(body) as { reason?: unknown }).reason);
  } catch {
    return '';
  }
};

/** The URL of the management API: HTTPS unless the secret says otherwise. */
export const rabbitMqUrl = (fields: SecretFields): URL => {
  const host = fields.text('host');
  const tls = targetTls(fields, host);
  const port = fields.port('port', tls ? 15_671 : 15_672);
  try {
    return new URL(`${tls ? 'https' : 'http'}://${host.includes(':') ? `[${host}]` : host}:${port}/`);
  } catch {
    throw fields.wrong('host', 'must be a host name or an IP address');
  }
};
