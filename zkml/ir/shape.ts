/** Sizes of a tensor's axes, outermost first; elements lie in row-major order. */
export type Shape = readonly number[];

/** Number of elements. */
export function sizeOf(shape: Shape): number {
  return shape.reduce((product, size) => product * size, 1);
}

/** Distance between neighbours along each axis. */
export function stridesOf(shape: Shape): number[] {
  const strides = shape.map(() => 1);
  for (let axis = shape.length - 2; axis >= 0; axis -= 1) {
    strides[axis] = (strides[axis + 1] ?? 1) * (shape[axis + 1] ?? 1);
  }
  return strides;
}

/** The coordinates of the element at `index`. */
export function coordinatesOf(index: number, shape: Shape): number[] {
  const coordinates = shape.map(() => 0);
  let rest = index;
  for (let axis = shape.length - 1; axis >= 0; axis -= 1) {
    const size = shape[axis] ?? 1;
    coordinates[axis] = rest % size;
    rest = Math.floor(rest / size);
  }
  return coordinates;
}

/** The position of the element with these coordinates. */
export function indexOf(coordinates: readonly number[], shape: Shape): number {
  return coordinates.reduce((index, coordinate, axis) => index * (shape[axis] ?? 1) + coordinate, 0);
}

/** The common shape of two shapes under broadcasting, or undefined when they do not fit. */
export function broadcastShape(left: Shape, right: Shape): number[] | undefined {
  const rank = Math.max(left.length, right.length);
  const shape: number[] = [];
  for (let axis = 0; axis < rank; axis += 1) {
    const a = left[axis - rank + left.length] ?? 1;
    const b = right[axis - rank + right.length] ?? 1;
    if (a !== b && a !== 1 && b !== 1) return undefined;
    shape.push(a === 1 ? b : a);
  }
  return shape;
}

/** For every element of `to`, the element of `from` that broadcasting puts there. */
export function broadcastIndices(from: Shape, to: Shape): number[] {
  const strides = stridesOf(from);
  const offset = to.length - from.length;
  return Array.from({ length: sizeOf(to) }, (_, index) =>
    coordinatesOf(index, to).reduce((sum, coordinate, axis) => {
      const isRepeated = axis < offset || from[axis - offset] === 1;
      return isRepeated ? sum : sum + coordinate * (strides[axis - offset] ?? 0);
    }, 0),
  );
}

/** A negative axis counts from the end; undefined when there is no such axis. */
export function axisOf(axis: number, rank: number): number | undefined {
  const from = axis < 0 ? axis + rank : axis;
  return Number.isInteger(from) && from >= 0 && from < rank ? from : undefined;
}
