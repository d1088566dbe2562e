-- A canary loses its traffic; without one, the last promotion is taken back while its window lasts.
local target = obj.status ~= nil and (obj.status.canary or obj.status.stable) or nil
if target ~= nil then
  if obj.metadata.annotations == nil then
    obj.metadata.annotations = {}
  end
  obj.metadata.annotations["claudeops.dev/abort"] = target.revision
end
return obj
