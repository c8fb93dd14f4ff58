/** Thrown by commands: said to the user in one line with the cure, without a stack; nothing was changed. */
export class UserError extends Error {
  override readonly name = 'UserError';
}
