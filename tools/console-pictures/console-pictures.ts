import { join } from 'node:path';
import { DescribedCluster } from '@strongroom/local-cluster';
import { ConsoleBrowser, type ConsoleVisit, pictureName, PICTURES, takePictures, walkPages } from '@strongroom/testing/browser';

export interface PictureChoice {
  /** Pages whose address contains this; default: all. */
  only?: string;
  /** One page, even one that no link leads to, such as `/secrets?q=nothing`. */
  path?: string;
  /** Default: `dist/console-pictures`. */
  to?: string;
}

const say = (line: string) => console.log(line);

/**
 * Opens every page of the console of the cluster that runs from `home`, as its administrator, and takes pictures of it: on a
 * telephone, a laptop and a large screen, in both colour schemes. Says what is wrong with each page that a machine can see.
 */
export async function takeConsolePictures(
  home: string,
  { only = '', path, to: folder = PICTURES }: PictureChoice,
): Promise<void> {
  const cluster = DescribedCluster.open(join(home, 'env'));
  const link = new URL(await cluster.signInLink());
  const browser = await ConsoleBrowser.launch({ endpoint: link.host, caFile: cluster.adminCertificate.caFile });
  try {
    const visit = await browser.visit();
    const wanted = (address: string) => path === undefined && address.includes(only);
    if (wanted('/sign-in')) {
      await visit.open('/sign-in');
      await look(visit, '/sign-in', folder);
    }
    await visit.signIn(new URLSearchParams(link.hash.slice(1)).get('token')!);
    if (path === undefined) {
      await walkPages(visit, async (address) => {
        if (wanted(address)) await look(visit, address, folder);
      });
    } else {
      await visit.open(path);
      await look(visit, path, folder);
    }
    say(`The pictures are in ${folder}.`);
  } finally {
    await browser.remove();
  }
}

const look = async (visit: ConsoleVisit, address: string, folder: string): Promise<void> => {
  const wrong = await visit.accessibilityProblems();
  await takePictures(visit, pictureName(address), {
    folder,
    onTaken: async (width) => {
      const overflow = await visit.overflow();
      if (overflow) wrong.push(`at ${width} pixels it is wider than the window by ${overflow}`);
    },
  });
  wrong.push(...(await visit.expected()));
  say(`${wrong.length === 0 ? '✓' : '✗'} ${address}`);
  for (const line of new Set(wrong)) say(`    ${line}`);
};
