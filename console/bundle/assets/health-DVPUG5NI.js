import{g as h}from"./chunk-RLH3V6A7.js";function a(){return h("div",{class:"page",children:h("h1",{children:"Health"})})}export{a as Health};
