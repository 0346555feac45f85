interface Point {
  x: number;
  y: number;
  lower: number;
  upper: number;
}

export interface Line {
  name: string;
  points: readonly Point[];
  dashed: boolean;
}

const WIDTH = 720;
const HEIGHT = 420;
const MARGIN = { top: 44, right: 130, bottom: 52, left: 66 };
/** Okabe and Ito's colours, which differ with any colour vision. */
const COLOURS = ['#0072b2', '#56b4e9', '#d55e00', '#009e73', '#cc79a7'];
const LABEL_HEIGHT = 16;

/** Draws lines on two logarithmic scales as SVG. `x` and `y` name the axes. */
export function linePlot(title: string, x: string, y: string, lines: readonly Line[]): string {
  const right = WIDTH - MARGIN.right;
  const bottom = HEIGHT - MARGIN.bottom;
  const points = lines.flatMap((line) => line.points);
  const ticksX = points.map((point) => point.x);
  const atX = scale(ticksX, MARGIN.left, right);
  const ys = points.flatMap(({ y: middle, lower, upper }) => [middle, lower, upper]);
  const ticksY = decades(ys);
  const atY = scale([...ticksY, ...ys], bottom, MARGIN.top);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" width="${WIDTH}" height="${HEIGHT}" font-family="sans-serif" font-size="12" fill="#333" role="img">`,
    `<title>${escape(title)}</title>`,
    `<rect width="${WIDTH}" height="${HEIGHT}" fill="#fff"/>`,
    text(MARGIN.left, 24, title, 'font-size="15" font-weight="bold"'),
    ...ticksY.flatMap((tick) => [
      `<path d="M${MARGIN.left} ${at(atY(tick))}H${right}" stroke="#ddd"/>`,
      text(MARGIN.left - 8, atY(tick) + 4, String(tick), 'text-anchor="end"'),
    ]),
    ...[...new Set(ticksX)].flatMap((tick) => [
      `<path d="M${at(atX(tick))} ${bottom}v5" stroke="#888"/>`,
      text(atX(tick), bottom + 19, String(tick), 'text-anchor="middle"'),
    ]),
    text((MARGIN.left + right) / 2, HEIGHT - 12, x, 'text-anchor="middle"'),
    text(0, 0, y, `text-anchor="middle" transform="translate(18 ${(MARGIN.top + bottom) / 2}) rotate(-90)"`),
    ...lines.flatMap((line, index) => {
      const colour = COLOURS[index % COLOURS.length] ?? '';
      const path = line.points.map((point) => `${at(atX(point.x))} ${at(atY(point.y))}`).join('L');
      return [
        `<path d="M${path}" fill="none" stroke="${colour}" stroke-width="2"${line.dashed ? ' stroke-dasharray="5 4"' : ''}/>`,
        ...line.points.flatMap((point) => [
          `<path d="M${at(atX(point.x))} ${at(atY(point.lower))}V${at(atY(point.upper))}" stroke="${colour}" stroke-width="4" opacity="0.35"/>`,
          `<circle cx="${at(atX(point.x))}" cy="${at(atY(point.y))}" r="3.5" fill="${colour}"/>`,
        ]),
        text(right + 12, MARGIN.top + index * LABEL_HEIGHT, line.name, `fill="${colour}" font-weight="bold"`),
      ];
    }),
    '</svg>',
    '',
  ].join('\n');
}

/** A logarithmic scale from values to positions between `from` and `to`. */
function scale(values: readonly number[], from: number, to: number): (value: number) => number {
  const positive = values.filter((value) => value > 0);
  const [low, high] = [Math.log(Math.min(...positive)), Math.log(Math.max(...positive))];
  const span = high - low || 1;
  return (value) => from + ((Math.log(Math.max(value, Math.exp(low))) - low) / span) * (to - from);
}

function decades(values: readonly number[]): number[] {
  const positive = values.filter((value) => value > 0);
  const [from, to] = [Math.floor(Math.log10(Math.min(...positive))), Math.ceil(Math.log10(Math.max(...positive)))];
  return Array.from({ length: to - from + 1 }, (_, index) => Number((10 ** (from + index)).toPrecision(1)));
}

function at(value: number): string {
  return value.toFixed(1);
}

function text(x: number, y: number, words: string, attributes = ''): string {
  return `<text x="${at(x)}" y="${at(y)}" ${attributes}>${escape(words)}</text>`;
}

function escape(words: string): string {
  return words.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
