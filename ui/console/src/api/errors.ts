/** One mistake in a request body, as the server reports it. */
interface Issue {
  path: (string | number)[];
  message: string;
}

interface ErrorBody {
  code?: string;
  message?: string;
  data?: { issues?: Issue[] };
}

/** A refusal of the Management API. */
export class ApiError extends Error {
  readonly status: number;
  readonly code: string;
  readonly issues: readonly Issue[];

  constructor(status: number, body: ErrorBody) {
    super(body.message ?? `HTTP ${status}`);
    this.name = 'ApiError';
    this.status = status;
    this.code = body.code ?? 'unknown';
    this.issues = body.data?.issues ?? [];
  }

  /** Messages by dotted field path, e.g. `oidcClientMetadata.redirectUris.0`. */
  get fieldErrors(): Record<string, string> {
    return Object.fromEntries(this.issues.map(({ path, message }) => [path.join('.'), message]));
  }
}

/** The error, unless each of its messages already stands beside one of these fields. */
export function errorBeyondFields(error: Error | null, fields: readonly string[]): Error | null {
  if (!(error instanceof ApiError) || error.issues.length === 0) return error;
  return Object.keys(error.fieldErrors).every((field) => fields.includes(field)) ? null : error;
}

interface Outcome<Data> {
  data?: Data;
  error?: unknown;
  response: Response;
}

/** The body of a successful answer; throws an [`ApiError`] for any other. */
export async function unwrap<Data>(call: Promise<Outcome<Data>>): Promise<Data> {
  const { data } = await checked(call);
  // An answer without a body (204) has no data; its type is `never` and nobody reads it.
  return data as Data;
}

/** One page of a list with the length of the whole list, which travels in a header. */
export async function unwrapPage<Row>(call: Promise<Outcome<Row[]>>): Promise<{ rows: Row[]; total: number }> {
  const { data, response } = await checked(call);
  const rows = data ?? [];
  return { rows, total: Number(response.headers.get('total-number') ?? rows.length) };
}

async function checked<Data>(call: Promise<Outcome<Data>>): Promise<Outcome<Data>> {
  const outcome = await call;
  if (outcome.response.ok) return outcome;
  const { error } = outcome;
  throw new ApiError(outcome.response.status, typeof error === 'object' && error !== null ? error : {});
}
