/** Makes a value when it is first asked for, and keeps it. For libraries of megabytes that many servers never need. */
export function late<Value>(make: () => Value): () => Value {
  let made: { value: Value } | undefined;
  return () => (made ??= { value: make() }).value;
}
