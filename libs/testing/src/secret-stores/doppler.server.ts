import { type StandInAnswer, type StandInRequest, StandInServer } from './stand-in.server';

interface DopplerSecret {
  raw: string | null;
  computed: string | null;
  note?: string;
}

/** Plays Doppler's lists of configs and of a config's secrets. */
export class DopplerServer extends StandInServer {
  /** By config and name. */
  readonly configs = new Map<string, Record<string, DopplerSecret>>();

  constructor(private readonly options: { token: string; project: string }) {
    super();
  }

  protected answer({ path, query, headers }: StandInRequest): StandInAnswer {
    const { token, project } = this.options;
    if (headers.authorization !== `Bearer ${token}`) {
      return { status: 401, body: { messages: ['Invalid Auth token'], success: false } };
    }
    if (query.get('project') !== project)
      return { status: 404, body: { messages: ['Could not find requested project'], success: false } };
    if (path === '/v3/configs') {
      const [page, perPage] = [Number(query.get('page') ?? 1), Number(query.get('per_page') ?? 20)];
      const names = [...this.configs.keys()].slice((page - 1) * perPage, page * perPage);
      return { status: 200, body: { page, configs: names.map((name) => ({ name, project, environment: name })), success: true } };
    }
    const secrets = this.configs.get(query.get('config') ?? '');
    if (path !== '/v3/configs/config/secrets' || secrets === undefined) {
      return { status: 404, body: { messages: ['Could not find requested config'], success: false } };
    }
    const own = { DOPPLER_PROJECT: { raw: project, computed: project }, DOPPLER_CONFIG: { raw: 'x', computed: 'x' } };
    return { status: 200, body: { secrets: { ...own, ...secrets }, success: true } };
  }
}
