import { PNG } from 'pngjs';

/** The modules of a QR code, row by row; true is dark. */
export type Modules = boolean[][];

/**
 * Reads the modules of a QR code from a picture of one, drawn straight and alone. The corner at the top left is seven modules
 * wide, which tells how large one is. Undefined when it is no such picture.
 */
export function readModules(png: Buffer): Modules | undefined {
  const picture = decode(png);
  if (!picture) return undefined;
  const { width, height, data } = picture;
  const isDark = (x: number, y: number): boolean => {
    const at = (y * width + x) * 4;
    const [red = 255, green = 255, blue = 255, alpha = 0] = data.subarray(at, at + 4);
    return alpha > 127 && red + green + blue < 384;
  };
  const rows = range(height);
  const columns = range(width);
  const top = rows.find((y) => columns.some((x) => isDark(x, y)));
  const bottom = rows.findLast((y) => columns.some((x) => isDark(x, y)));
  const left = columns.find((x) => rows.some((y) => isDark(x, y)));
  if (top === undefined || bottom === undefined || left === undefined) return undefined;
  const end = columns.find((x) => x > left && !isDark(x, top)) ?? width;
  const moduleSize = (end - left) / 7;
  const count = Math.round((bottom - top + 1) / moduleSize);
  // From 21 modules in steps of four: everything else is another picture.
  if (moduleSize < 1 || count < 21 || count > 177 || count % 4 !== 1) return undefined;
  const middleOf = (index: number): number => Math.floor((index + 0.5) * moduleSize);
  const modules = range(count).map((y) => range(count).map((x) => isDark(left + middleOf(x), top + middleOf(y))));
  return isCorner(modules) ? modules : undefined;
}

/** Two rows of modules to a line of text, with the light frame that scanners need. Dark is drawn. */
export function drawModules(modules: Modules): string[] {
  const frame = 2;
  const size = modules.length + 2 * frame;
  const isDark = (x: number, y: number): boolean => modules[y - frame]?.[x - frame] ?? false;
  return range(Math.ceil(size / 2)).map((line) =>
    range(size)
      .map((x) => blocks[(isDark(x, line * 2) ? 1 : 0) + (isDark(x, line * 2 + 1) ? 2 : 0)])
      .join(''),
  );
}

const blocks = [' ', '▀', '▄', '█'];

function decode(png: Buffer): PNG | undefined {
  try {
    return PNG.sync.read(png);
  } catch {
    return undefined;
  }
}

function isCorner(modules: Modules): boolean {
  const ring = [
    [0, 0, true],
    [6, 6, true],
    [3, 3, true],
    [1, 1, false],
    [5, 5, false],
    [7, 7, false],
  ] as const;
  return ring.every(([x, y, isDark]) => modules[y]?.[x] === isDark);
}

function range(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index);
}
