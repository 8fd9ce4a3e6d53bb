// A user's text on screen.
export interface UserTextProps {
  readonly text: string;
  readonly lines?: "one" | "many";
  readonly max?: number;
}

export function UserText({ text, max }: UserTextProps) {
  return <bdi>{max === undefined ? text : text.slice(0, max)}</bdi>;
}
