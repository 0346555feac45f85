/** A message of the contract names a field; who types a command knows it as a flag: `timeout: must…` is `--timeout must…`. */
export function flagMessage(message: string): string {
  const [, field, rest] = /^(\w+): ([^]*)$/.exec(message) ?? [];
  if (field === undefined || rest === undefined) return message;
  return `--${field.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)} ${rest}`;
}
