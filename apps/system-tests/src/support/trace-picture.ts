import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type ReceivedSpan, type SpanTree, treeOf } from './otlp-receiver';

const ROW = 22;
const NAMES = 520;
const BARS = 560;
const TOP = 46;
const COLOURS: Record<string, string> = {
  'aws-gateway': '#0072b2',
  'secrets-api': '#d55e00',
  'crypto-keyservice': '#009e73',
  'identity-service': '#cc79a7',
  'rotation-worker': '#8a6d00',
};

interface Row {
  span: SpanTree;
  depth: number;
}

const rowsOf = (trees: readonly SpanTree[], depth = 0): Row[] =>
  trees.flatMap((span) => [{ span, depth }, ...rowsOf(span.children, depth + 1)]);
const escaped = (text: string): string => text.replace(/&/g, '&amp;').replace(/</g, '&lt;');
const short = (name: string): string => name.replace(/^strongroom\.\w+\.v1\./, '');

/** With STRONGROOM_WRITE_TRACES=1, writes the picture of a trace into docs/. */
export function draw(file: string, title: string, spans: readonly ReceivedSpan[]): void {
  if (process.env['STRONGROOM_WRITE_TRACES'] !== '1') return;
  writeFileSync(join(__dirname, '../../../../docs', file), pictureOf(title, treeOf(spans)));
}

/** One trace as SVG: a row for each span, beneath the one that it is part of, and a bar for its time. */
function pictureOf(title: string, trees: readonly SpanTree[]): string {
  const rows = rowsOf(trees);
  const start = Math.min(...rows.map(({ span }) => span.start));
  const length = Math.max(...rows.map(({ span }) => span.end)) - start;
  const x = (time: number): number => NAMES + ((time - start) / length) * BARS;
  const width = NAMES + BARS + 90;
  const height = TOP + rows.length * ROW + 44;
  const bars = rows.map(({ span, depth }, index) => {
    const y = TOP + index * ROW;
    const colour = COLOURS[span.service] ?? '#555';
    const [from, to] = [x(span.start), x(span.end)];
    const milliseconds = span.end - span.start;
    return [
      index % 2 === 0 ? `<rect x="0" y="${y}" width="${width}" height="${ROW}" fill="#f4f4f4"/>` : '',
      `<text x="${10 + depth * 14}" y="${y + 15}">${escaped(short(span.name))}</text>`,
      `<rect x="${from.toFixed(1)}" y="${y + 5}" width="${Math.max(1.5, to - from).toFixed(1)}" height="12" rx="2" fill="${colour}"/>`,
      `<text x="${(to + 5).toFixed(1)}" y="${y + 15}" class="time">${milliseconds.toFixed(milliseconds < 10 ? 2 : 0)} ms</text>`,
    ].join('');
  });
  const services = [...new Set(rows.map(({ span }) => span.service))];
  const legend = services.map((service, index) => {
    const at = 10 + index * 160;
    const y = height - 26;
    return `<rect x="${at}" y="${y}" width="12" height="12" rx="2" fill="${COLOURS[service] ?? '#555'}"/><text x="${at + 18}" y="${y + 10}">${service}</text>`;
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img">`,
    `<title>${escaped(title)}</title>`,
    '<style>text{font:12px system-ui,sans-serif;fill:#222}.head{font-size:15px;font-weight:600}.time{font-size:10.5px;fill:#555}</style>',
    `<rect width="${width}" height="${height}" fill="#fff"/>`,
    `<text x="10" y="26" class="head">${escaped(title)}</text>`,
    ...bars,
    ...legend,
    '</svg>',
    '',
  ].join('\n');
}
