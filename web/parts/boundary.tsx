// What fails while it is drawn is told in its place, and takes nothing else with it.
import { Component, type ReactNode } from "react";
import { Failure } from "./section.tsx";

export interface BoundaryProps {
  readonly children: ReactNode;
  /** Another one is a new try: the address, for a screen. */
  readonly about?: string;
}

interface BoundaryState {
  readonly error: unknown;
  readonly about: string | undefined;
}

export class Boundary extends Component<BoundaryProps, BoundaryState> {
  override state: BoundaryState = { error: undefined, about: this.props.about };

  static getDerivedStateFromError(error: unknown): Partial<BoundaryState> {
    return { error: error ?? new Error("unknown") };
  }

  static getDerivedStateFromProps({ about }: BoundaryProps, state: BoundaryState): BoundaryState | null {
    return about === state.about ? null : { error: undefined, about };
  }

  override render(): ReactNode {
    const { error } = this.state;
    if (error === undefined) return this.props.children;

    return <Failure error={error} retry={() => this.setState({ error: undefined })} />;
  }
}
