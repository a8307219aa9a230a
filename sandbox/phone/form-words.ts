/** A field of a form as text, without spaces around it; empty when there is no such field. */
export function wordIn(form: FormData, name: string): string {
  const value = form.get(name);
  return typeof value === 'string' ? value.trim() : '';
}
