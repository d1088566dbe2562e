-- A run that came to a verdict is healthy, whatever the verdict: the deployment tells what it means.
local hs = { status = "Progressing", message = "The run has not ended" }
local status = obj.status
if status == nil then
  return hs
end
hs.message = status.message or hs.message
if status.phase == "Completed" or status.phase == "Cancelled" then
  hs.status = "Healthy"
end
return hs
