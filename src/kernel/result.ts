/** The outcome of a decision: a value, or an error that is itself a value. `throw` is for bugs only. */
export type Result<T, E> = Readonly<{ ok: true; value: T }> | Readonly<{ ok: false; error: E }>;

export const ok = <T>(value: T): Readonly<{ ok: true; value: T }> => ({ ok: true, value });
export const err = <E>(error: E): Readonly<{ ok: false; error: E }> => ({ ok: false, error });
