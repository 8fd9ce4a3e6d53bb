// JSON as a tree of <details>, whose branches are made when somebody opens them, two hundred values at a time.
import { useState } from "react";
import { formatCount, formatMany } from "../format/numbers.ts";
import { UserText } from "../text/text.tsx";
import type { JsonTree } from "./json-tree.ts";
import { LongText } from "./long-text.tsx";

const CHILDREN_AT_A_TIME = 200;
const STRING_MAX = 1_000;
/** The whole is open from the beginning, and what is directly in it too, where neither has more values than this. */
const OPEN_CHILDREN_MAX = 50;

export function JsonTreeView({ tree }: { readonly tree: JsonTree }) {
  return (
    <div className="json-tree">
      <JsonValue tree={tree} node={0} depth={0} place={undefined} />
    </div>
  );
}

function isOpenAtFirst(tree: JsonTree, node: number, depth: number): boolean {
  if (depth === 0) return true;
  return depth === 1 && tree.childCount(0) <= OPEN_CHILDREN_MAX && tree.childCount(node) <= OPEN_CHILDREN_MAX;
}

interface JsonValueProps {
  readonly tree: JsonTree;
  readonly node: number;
  readonly depth: number;
  /** In an array. */
  readonly place: number | undefined;
}

function JsonValue({ tree, node, depth, place }: JsonValueProps) {
  const kind = tree.kindOf(node);
  const isBranch = (kind === "object" || kind === "array") && tree.childCount(node) > 0;
  if (isBranch) return <Branch tree={tree} node={node} depth={depth} place={place} />;

  return (
    <div className="json-leaf">
      <Key tree={tree} node={node} place={place} />
      <Leaf tree={tree} node={node} />
    </div>
  );
}

function Branch({ tree, node, depth, place }: JsonValueProps) {
  const count = tree.childCount(node);
  const [isOpen, setOpen] = useState(() => isOpenAtFirst(tree, node, depth));
  const [max, setMax] = useState(CHILDREN_AT_A_TIME);
  const isObject = tree.kindOf(node) === "object";
  return (
    <details open={isOpen} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>
        <Key tree={tree} node={node} place={place} />
        <span className="quiet">
          {isObject ? `{ ${formatMany(count, "key")} }` : `[ ${formatMany(count, "value")} ]`}
        </span>
      </summary>
      {isOpen && (
        <div className="json-branch">
          {tree.children(node, max).map((child, i) => (
            <JsonValue
              key={child}
              tree={tree}
              node={child}
              depth={depth + 1}
              place={isObject ? undefined : i}
            />
          ))}
          {count > max && (
            <button type="button" className="button small" onClick={() => setMax(max + CHILDREN_AT_A_TIME)}>
              {formatCount(Math.min(CHILDREN_AT_A_TIME, count - max))} more of {formatCount(count)}
            </button>
          )}
        </div>
      )}
    </details>
  );
}

function Key({ tree, node, place }: Omit<JsonValueProps, "depth">) {
  const key = tree.keyOf(node);
  if (key === undefined && place === undefined) return null;

  return (
    <span className={key === undefined ? "json-key quiet" : "json-key"}>
      {key === undefined ? place : <UserText text={key} max={STRING_MAX} />}
      <span className="quiet">: </span>
    </span>
  );
}

function Leaf({ tree, node }: { readonly tree: JsonTree; readonly node: number }) {
  const kind = tree.kindOf(node);
  if (kind === "object" || kind === "array")
    return <span className="quiet">{kind === "object" ? "{ }" : "[ ]"}</span>;

  const quote = kind === "string" ? '"' : "";
  return (
    <span className={`json-${kind}`}>
      {quote}
      <Scalar text={kind === "string" ? tree.stringOf(node) : tree.sourceOf(node)} />
      {quote}
    </span>
  );
}

/** A string, or a number of a million digits. */
function Scalar({ text }: { readonly text: string }) {
  const [isWhole, setWhole] = useState(false);
  if (text.length <= STRING_MAX) return <UserText text={text} />;
  if (isWhole) return <LongText text={text} lines="one" />;

  return (
    <>
      <UserText text={text} max={STRING_MAX} />{" "}
      <button type="button" className="button small" onClick={() => setWhole(true)}>
        Show all {formatCount(text.length)} characters
      </button>
    </>
  );
}
