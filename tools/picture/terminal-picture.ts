/** One command line of a session, and what it printed on a terminal. */
export interface Exchange {
  command: string;
  /** What a person typed at a prompt is not in it. */
  output: string;
}

const LINE = 19;
const CHARACTER = 8.43;
const PADDING = 18;
const BAR = 34;

const escaped = (text: string): string => text.replace(/&/g, '&amp;').replace(/</g, '&lt;');
/** Cursor movements and colours are not drawn. */
const drawn = (text: string): string => text.replace(/\u001b\[[0-9;?]*[A-Za-z]/g, '').replaceAll('\r', '');

/** A session on a terminal as SVG: white on dark, a line each. */
export const terminalPicture = (title: string, session: readonly Exchange[], columns: number): string => {
  const lines = session.flatMap(({ command, output }, at) => [
    ...(at === 0 ? [] : [[]]),
    ...command.split('\n').map((text, line) => [line === 0 ? span('prompt', '$ ') : '', span('command', text)]),
    ...drawn(output)
      .split('\n')
      .filter((text) => text !== '')
      .map((text) => [escaped(text)]),
  ]);
  const width = Math.ceil(columns * CHARACTER + 2 * PADDING);
  const height = BAR + lines.length * LINE + PADDING;
  const texts = lines.map((parts, at) => {
    const y = BAR + (at + 1) * LINE - 5;
    return parts.length === 0 ? '' : `<text x="${PADDING}" y="${y}" xml:space="preserve">${parts.join('')}</text>`;
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img">`,
    `<title>${escaped(title)}</title>`,
    '<style>text{font:14px ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace;fill:#d7dae0}',
    '.prompt{fill:#7fbf7f}.command{fill:#fff;font-weight:600}</style>',
    `<rect width="${width}" height="${height}" rx="8" fill="#1e2127"/>`,
    ...['#e06c75', '#e5c07b', '#98c379'].map(
      (colour, at) => `<circle cx="${PADDING + 4 + at * 20}" cy="18" r="6" fill="${colour}"/>`,
    ),
    ...texts.filter((text) => text !== ''),
    '</svg>',
    '',
  ].join('\n');
};

const span = (kind: string, text: string): string => `<tspan class="${kind}">${escaped(text)}</tspan>`;
