import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { ColorScheme, ConsoleVisit } from './console-visit';

/** Pixels: a telephone, a laptop, a large screen. */
export const PICTURE_WIDTHS = [360, 1280, 2560] as const;
export const PICTURE_SCHEMES = ['light', 'dark'] as const;

/** Where pictures go that people look at. */
export const PICTURES = 'dist/console-pictures';

export interface PictureOptions {
  /** Default: all. */
  widths?: readonly number[];
  /** Default: both. */
  schemes?: readonly ColorScheme[];
  /** Default: `PICTURES`. */
  folder?: string;
  /** Called while the page still has that width. */
  onTaken?: (width: number) => Promise<void>;
}

/** Takes pictures of the page as it is, `<folder>/<name>-<width>-<scheme>.png`. @returns their paths */
export async function takePictures(
  visit: ConsoleVisit,
  name: string,
  { widths = PICTURE_WIDTHS, schemes = PICTURE_SCHEMES, folder = PICTURES, onTaken }: PictureOptions = {},
): Promise<string[]> {
  const { page } = visit;
  mkdirSync(folder, { recursive: true });
  const before = page.viewportSize();
  const paths: string[] = [];
  for (const width of widths) {
    await page.setViewportSize({ width, height: heightOf(width) });
    for (const colorScheme of schemes) {
      await visit.paint(colorScheme);
      const path = join(folder, `${name}-${width}-${colorScheme}.png`);
      await page.screenshot({ path, animations: 'disabled', caret: 'hide' });
      paths.push(path);
    }
    await onTaken?.(width);
  }
  await visit.paint('light');
  if (before) await page.setViewportSize(before);
  return paths;
}

const heightOf = (width: number): number => (width < 600 ? 780 : Math.round((width * 9) / 14));

/** A name for the pictures of an address: `/secrets/prod%2Fdb?tab=versions` is `secrets-prod-db-versions`. */
export function pictureName(address: string): string {
  const { pathname, search } = new URL(address, 'https://localhost');
  const words = [...pathname.split('/').map(decodeURIComponent), ...new URLSearchParams(search).values()];
  const name = words
    .join(' ')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-');
  return name.replaceAll(/^-|-$/g, '').slice(0, 60) || 'home';
}
