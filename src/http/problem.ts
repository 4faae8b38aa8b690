/** One bad field. `field` is a path in the body, a query parameter or a column (`rows[3].wage`, `month`). */
export type FieldError = Readonly<{ field: string; code: string; message: string }>;
export type Text = Readonly<{ en: string; zh: string }>;
/** `detail` says more than the title where there is more to say; without it the bad fields are listed. */
export type ProblemSpec = Readonly<{ status: number; title: Text; detail?: Text }>;

/** Refused: carried to the client as RFC 9457 `application/problem+json` by the filter in src/http. */
export class ProblemError extends Error {
  constructor(
    readonly code: string,
    readonly spec: ProblemSpec,
    readonly errors: readonly FieldError[] = [],
    /** Further members for a program to read (`expected`, `months`); never a number or a name of a person. */
    readonly facts: Readonly<Record<string, unknown>> = {},
    readonly headers: Readonly<Record<string, string>> = {},
  ) {
    super(code);
  }
}
