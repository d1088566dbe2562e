-- The revision that is held, or else the last one that was rejected.
local status = obj.status or {}
local revision = nil
if status.phase == "Held" and status.canary ~= nil then
  revision = status.canary.revision
elseif status.rejectedRevisions ~= nil and #status.rejectedRevisions > 0 then
  local last = status.rejectedRevisions[1]
  for _, rejected in ipairs(status.rejectedRevisions) do
    if (rejected.at or "") > (last.at or "") then
      last = rejected
    end
  end
  revision = last.revision
end
if revision ~= nil then
  if obj.metadata.annotations == nil then
    obj.metadata.annotations = {}
  end
  -- A command is acted on once: the text behind the slash makes a second one new.
  local before = obj.metadata.annotations["claudeops.dev/retry"]
  local value = revision
  if before ~= nil and before:sub(1, #revision) == revision then
    value = revision .. "/" .. (tonumber(before:match("/(%d+)$") or "1") + 1)
  end
  obj.metadata.annotations["claudeops.dev/retry"] = value
end
return obj
