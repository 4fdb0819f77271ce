import type { Measurement } from './measure';

const ROW = 26;
const LABEL = 330;
const WIDTH = 420;
const MARGIN = 24;

const escape = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');

/** A bar for each measurement: its throughput as a share of the throughput of the echo at the same number in flight. */
export const chart = (measurements: readonly Measurement[]): string => {
  const shown = measurements.filter(({ isYardstick }) => !isYardstick);
  const largest = Math.max(1, ...shown.map(({ throughputRatio }) => throughputRatio));
  const scale = WIDTH / largest;
  const height = shown.length * ROW + 3 * MARGIN;
  const bars = shown.map(({ name, inFlight, throughput, throughputRatio }, row) => {
    const y = 2 * MARGIN + row * ROW;
    return [
      `<text x="${LABEL - 8}" y="${y + 14}" text-anchor="end">${escape(`${name} · ${inFlight}`)}</text>`,
      `<rect x="${LABEL}" y="${y + 2}" width="${(throughputRatio * scale).toFixed(1)}" height="${ROW - 10}" rx="2" fill="#3b6ea8"/>`,
      `<text x="${LABEL + throughputRatio * scale + 6}" y="${y + 14}">${throughputRatio.toFixed(2)} (${Math.round(throughput)}/s)</text>`,
    ].join('\n  ');
  });
  const echo = LABEL + scale;
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${LABEL + WIDTH + 130}" height="${height}" font-family="sans-serif" font-size="12">
  <rect width="100%" height="100%" fill="#ffffff"/>
  <text x="${MARGIN}" y="${MARGIN}" font-size="14" font-weight="bold">Throughput against a bare echo (1.00), gRPC or HTTPS, calls in flight after the dot</text>
  <line x1="${echo}" y1="${2 * MARGIN - 6}" x2="${echo}" y2="${height - MARGIN}" stroke="#b03a2e" stroke-dasharray="4 3"/>
  ${bars.join('\n  ')}
</svg>
`;
};
