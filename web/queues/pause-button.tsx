// Stops handing out the jobs of a name, or goes on.
import { useMutation } from "@connectrpc/connect-query";
import { useQueryClient } from "@tanstack/react-query";
import { AdminService } from "../../src/gen/lakh/v1/admin_pb.ts";
import { formatMany } from "../format/numbers.ts";
import { Icon } from "../parts/icon.tsx";
import { tellNotice } from "../parts/notice.tsx";
import { noteJustPaused } from "./just-paused.ts";

/** Pauses or resumes these names, and says so. */
export function usePausing() {
  const queries = useQueryClient();
  const settled = { onSettled: () => queries.invalidateQueries() };
  const pause = useMutation(AdminService.method.pauseQueues, {
    ...settled,
    onSuccess: ({ paused }, { names = [] }) => {
      noteJustPaused(names, true);
      tellNotice({ tone: "done", text: `${formatMany(paused.length, "queue")} paused.` });
    },
  });
  const resume = useMutation(AdminService.method.resumeQueues, {
    ...settled,
    onSuccess: ({ resumed }, { names = [] }) => {
      noteJustPaused(names, false);
      tellNotice({ tone: "done", text: `${formatMany(resumed.length, "queue")} resumed.` });
    },
  });
  return {
    pause: (names: readonly string[]) => pause.mutate({ names: [...names] }),
    resume: (names: readonly string[]) => resume.mutate({ names: [...names] }),
    isPending: pause.isPending || resume.isPending,
  };
}

export interface PauseButtonProps {
  readonly name: string;
  readonly isPaused: boolean;
  readonly size?: "small" | "usual";
}

export function PauseButton({ name, isPaused, size = "small" }: PauseButtonProps) {
  const { pause, resume, isPending } = usePausing();
  const press = () => (isPaused ? resume([name]) : pause([name]));
  return (
    <button
      type="button"
      className={size === "small" ? "button bare small" : "button"}
      disabled={isPending}
      onClick={press}
    >
      <Icon name={isPaused ? "resume" : "pause"} />
      {isPaused ? "Resume" : "Pause"}
      <span className="unseen"> {name}</span>
    </button>
  );
}
