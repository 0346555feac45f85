/** The type of `T` after {@link withoutUndefined}: properties that may be `undefined` are optional. */
export type WithoutUndefined<T> = T extends unknown
  ? { [K in keyof T as undefined extends T[K] ? never : K]: T[K] } & {
      [K in keyof T as undefined extends T[K] ? K : never]?: Exclude<T[K], undefined>;
    }
  : never;

/**
 * A shallow copy without the properties whose value is `undefined`. The contract omits fields without a
 * value, and a property that is there with `undefined` would overwrite another one when the object is spread.
 */
export function withoutUndefined<T extends object>(object: T): WithoutUndefined<T> {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined)) as WithoutUndefined<T>;
}
