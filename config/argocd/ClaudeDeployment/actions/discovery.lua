local status = obj.status or {}
local canary = status.canary ~= nil
local rejected = status.rejectedRevisions ~= nil and #status.rejectedRevisions > 0
local held = status.phase == "Held"
return {
  ["promote"] = { ["disabled"] = not canary or held },
  ["approve"] = { ["disabled"] = status.phase ~= "Paused" },
  ["abort"] = { ["disabled"] = not canary and status.phase ~= "Healthy" },
  ["retry"] = { ["disabled"] = not rejected and not held },
}
