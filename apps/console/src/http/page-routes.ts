import type { RandomSource } from '@strongroom/random';
import type { App, Reply } from './console-server';
import { TEXT } from './console-server';
import type { Page } from './page';
import { pageHeaders } from './security-headers';
import type { Site } from './site';

const IMMUTABLE = 'public, max-age=31536000, immutable';
/** Whoever has it asks each time whether there is another one. */
const REVALIDATE = 'no-cache';

export interface PageRoutesOptions {
  page: Page;
  site: Site;
  random: RandomSource;
}

/** The page, at every address that is none of its files: what an address means, the page knows. */
export function pageRoutes(app: App, { page, site, random }: PageRoutesOptions): void {
  app.get('/*', async (request, reply) => {
    const [path = '/'] = request.url.split('?');
    const file = await page.file(path, headerOf(request.headers['accept-encoding']));
    if (file !== undefined) {
      reply.header('cache-control', file.immutable ? IMMUTABLE : REVALIDATE).type(file.type);
      if (file.encoding !== undefined) reply.header('content-encoding', file.encoding);
      return reply.header('vary', 'accept-encoding').send(file.bytes);
    }
    return isFileName(path) ? notFound(reply) : sendPage(reply);
  });
  app.setNotFoundHandler((_request, reply) => notFound(reply));

  const sendPage = (reply: Reply) => {
    const nonce = random.bytes(16).toString('base64');
    const index = page.index(nonce);
    if (index === undefined) return reply.code(503).type(TEXT).send('The page of the console has not been built.');
    return reply.headers(pageHeaders(site.origin, nonce)).type('text/html; charset=utf-8').send(index);
  };
}

const headerOf = (header: string | string[] | undefined): string | undefined => (Array.isArray(header) ? header.join() : header);

/** An old page may ask for a file that is no more: the page itself would be a script that does not work. */
const isFileName = (path: string): boolean =>
  path.startsWith('/assets/') || path.startsWith('/api') || /\/[^/]*\.[a-z0-9]{1,8}$/.test(path);

const notFound = (reply: Reply) => reply.code(404).type(TEXT).send('There is nothing here.');
