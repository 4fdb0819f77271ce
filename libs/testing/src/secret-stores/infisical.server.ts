import { type StandInAnswer, type StandInRequest, StandInServer } from './stand-in.server';

export interface InfisicalSecret {
  secretKey: string;
  secretValue: string;
  secretPath: string;
  secretComment?: string;
  secretValueHidden?: boolean;
  secretMetadata?: { key: string; value: string }[];
  tags?: { slug: string }[];
}

export interface InfisicalServerOptions {
  projectId: string;
  environment: string;
  clientId: string;
  clientSecret: string;
  token: string;
  /** A server from before version 4 of the endpoint. */
  isOld?: boolean;
}

/** Plays Infisical's list of secrets, and the login of a machine identity. */
export class InfisicalServer extends StandInServer {
  readonly secrets: InfisicalSecret[] = [];

  constructor(private readonly options: InfisicalServerOptions) {
    super();
  }

  protected answer({ method, path, query, headers, body }: StandInRequest): StandInAnswer {
    const { projectId, environment, clientId, clientSecret, token, isOld } = this.options;
    if (method === 'POST' && path === '/api/v1/auth/universal-auth/login') {
      const given = JSON.parse(body) as { clientId: string; clientSecret: string };
      const isRight = given.clientId === clientId && given.clientSecret === clientSecret;
      if (!isRight) return { status: 401, body: { statusCode: 401, message: 'Invalid credentials', error: 'UnauthorizedError' } };
      return { status: 200, body: { accessToken: token, expiresIn: 7200, accessTokenMaxTTL: 43200, tokenType: 'Bearer' } };
    }
    const [route, project] = isOld ? ['/api/v3/secrets/raw', 'workspaceId'] : ['/api/v4/secrets', 'projectId'];
    if (path !== route)
      return { status: 404, body: { message: `Route GET:${path} not found`, error: 'Not Found', statusCode: 404 } };
    if (headers.authorization !== `Bearer ${token}`) return { status: 401, body: { message: 'Token missing', statusCode: 401 } };
    if (query.get(project) !== projectId || query.get('environment') !== environment) {
      return { status: 404, body: { message: 'Project not found', statusCode: 404 } };
    }
    const folder = query.get('secretPath') ?? '/';
    const secrets = this.secrets
      .filter(({ secretPath }) => secretPath === folder || (query.get('recursive') === 'true' && secretPath.startsWith(folder)))
      .map((secret, index) => ({ id: `id-${index}`, _id: `id-${index}`, version: 1, type: 'shared', environment, ...secret }));
    return { status: 200, body: { secrets, imports: [] } };
  }
}
