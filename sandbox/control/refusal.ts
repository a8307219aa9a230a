/** A control request that the sandbox does not understand or cannot do; answered as
 *  `{"error":{"message","field"}}`. */
export class Refusal extends Error {
  readonly field: string | null;
  readonly httpStatus: number;

  constructor(message: string, field: string | null = null, httpStatus = 400) {
    super(message);
    this.field = field;
    this.httpStatus = httpStatus;
  }
}

export function notFound(what: string): Refusal {
  return new Refusal(`${what} is not known to the sandbox`, null, 404);
}
